/**
 * The people of the demo who have passwords of their own, by biller.
 *
 * One line a person: user name | name shown | address | password | hash | state.
 * The address is the part before the biller's own mail domain, or a whole address, or `-` for none.
 * The hash is v2 or v3 (ASP.NET Identity), sha1 (ASP.NET Membership), bcrypt, pbkdf2 or md5, as the biller's shard allows.
 * The state is `ok`, `locked`, `disabled`, `must-change`, or `must-reset`, which only the pool of a new biller knows.
 *
 * These passwords are public, and meant to be. After a change here run `node demo/legacy/make-triples.ts`.
 */
export const namedTable = `
# cedar-falls-water
maria.delgado       | Maria Delgado            | maria.delgado        | Riverbend!2019        | v3     | ok
hank.sorenson       | Hank Sorenson            | hank.sorenson        | walleye-season-42     | v2     | ok
gokonkwo            | Grace Okonkwo            | grace.okonkwo@inkwell.example | Harmattan88     | v3     | ok
t.bergstrom         | Tove Bergström           | tove.bergstrom       | Kanelbullar#7         | v3     | locked
dpetersen           | Dale Petersen            | dale.petersen        | pumpstation 4 north   | v2     | disabled
frontdesk.cfw       | Front Desk               | frontdesk            | Cedar1Falls           | v2     | ok
# bayou-teche-electric
elodie.thibodeaux   | Élodie Thibodeaux        | elodie.thibodeaux    | CrawfishBoil!5lbs     | v3     | ok
rguidry             | Remy Guidry              | remy.guidry          | geaux-tigers-1958     | v2     | ok
latoya.batiste      | Latoya Batiste           | latoya.batiste       | Zydeco&Roses          | v3     | ok
BTE-00417           | Emile Broussard          | -                    | substation17          | v2     | locked
khanh.tran          | Khanh Tran               | khanh.tran           | LotusPond2021!        | v3     | must-change
# riverton-city
wbegay              | Winona Begay             | winona.begay         | Wind.River.7          | v3     | ok
sam.tallchief       | Samuel Tallchief         | sam.tallchief        | Buffalo-Jump-1876     | v2     | ok
clerk.riverton      | City Clerk               | clerk                | MainStreet816         | v2     | ok
joan.mcallister     | Joan McAllister          | joan.mcallister      | tulips4April          | v3     | disabled
oscar.nunez         | Óscar Núñez              | oscar.nunez          | Ventana*Azul9         | v3     | ok
# lakeshore-mutual-insurance
agnieszka.nowak     | Agnieszka Nowak          | agnieszka.nowak      | Pierogi.Friday        | v3     | ok
p.vandermolen       | Pieter Vander Molen      | pieter.vandermolen   | Windmill-Lane-12      | v2     | ok
LMI-02218           | Deborah Kuhlmann         | deborah.kuhlmann     | claims&coffee         | v2     | ok
mai.yer.vang        | Mai Yer Vang             | maiyer.vang          | Paj-Ntaub-2017        | v3     | ok
brett.halvorsen     | Brett Halvorsen          | brett.halvorsen      | Packers4ever!         | v3     | locked
# mesa-verde-schools
lucia.yanez         | Lucía Yáñez              | lucia.yanez          | Cliff_Palace_1190     | v3     | ok
delbert.tsosie      | Delbert Tsosie           | delbert.tsosie       | ShiprockSunrise3      | v2     | ok
principal.hayes     | Marguerite Hayes         | marguerite.hayes     | chalkdust and bells   | v3     | ok
bus.office          | Bus Office               | buses                | Route12Yellow         | v2     | must-change
aparikh             | Anjali Parikh            | anjali.parikh        | Diwali*Lamps24        | v3     | ok
# canon-city-sanitation
josé.núñez          | José Núñez               | jose.nunez           | Cañón-Real-81         | v3     | ok
gail.trescott       | Gail Trescott            | gail.trescott        | royalgorge1929        | v2     | ok
ccs.dispatch        | Night Dispatch           | dispatch             | Truck14Reverse        | v2     | ok
benny.lapp          | Benny Lapp               | -                    | Quilt&Harvest         | v3     | ok
marisol.baca        | Marisol Baca             | marisol.baca         | greenchile!HATCH      | v2     | disabled
# north-fork-telephone
priya.raman         | Priya Raman              | priya.raman          | Fiber.To.The.Farm     | v3     | ok
lloyd.ashworth      | Lloyd Ashworth           | lloyd.ashworth       | partyline1952         | v2     | ok
cherise.dorsey      | Cherise Dorsey           | cherise.dorsey       | Dialtone#99           | v3     | must-change
nft.noc             | Network Desk             | noc                  | blinkenlights 24x7    | v2     | ok
walt.kimbrough      | Walt Kimbrough           | walt.kimbrough       | apricot-orchard-6     | v3     | locked
# st-croix-valley-clinic
ifrah.warsame       | Ifrah Warsame            | ifrah.warsame        | Stillwater.Lift.3     | v3     | ok
nora.lindqvist      | Nora Lindqvist           | nora.lindqvist       | midsommar-krans-5     | v2     | ok
dr.feldman          | Miriam Feldman           | miriam.feldman       | TongueDepressor1      | v3     | must-change
pa.nhia.moua        | Pa Nhia Moua             | panhia.moua          | SaintCroix*River      | v2     | must-reset
scv.frontdesk       | Clinic Front Desk        | frontdesk            | appointments4U        | v2     | disabled
# tidewater-power-light
grace.okonkwo       | Grace Okonkwo            | grace.okonkwo@inkwell.example | Chesapeake.Blue7 | sha1 | ok
desmond.epps        | Desmond Epps             | desmond.epps         | Lighthouse1872        | sha1   | ok
k.pemberton         | Katherine Pemberton      | katherine.pemberton  | oyster-shell-road     | bcrypt | ok
TPL-01950           | Roderick Hairston        | roderick.hairston    | highvoltage69kV       | sha1   | locked
ngozi.eze           | Ngozi Eze                | ngozi.eze            | Palmwine&Jollof1      | bcrypt | ok
shannon.oreilly     | Shannon O'Reilly         | shannon.oreilly      | Hampton-Roads-64      | sha1   | disabled
# wapakoneta-auglaize-authority
neil.stoltzfus      | Neil Stoltzfus           | neil.stoltzfus       | OneSmallStep1969      | sha1   | ok
brenda.schrock      | Brenda Schrock           | brenda.schrock       | stormdrain#8          | bcrypt | ok
waa.cashier         | Cashier Window           | cashier              | ExactChange.05        | sha1   | ok
yuliya.tkachenko    | Yuliya Tkachenko         | yuliya.tkachenko     | Sonyashnyk-33         | bcrypt | ok
c.hoffmann          | Carl Hoffmann            | carl.hoffmann        | manhole cover 1911    | sha1   | must-change
# pinon-ridge-gas
shandiin.yazzie     | Shandiin Yazzie          | shandiin.yazzie      | Four*Corners*505      | bcrypt | ok
rubén.ontiveros     | Rubén Ontiveros          | ruben.ontiveros      | Piñon&Juniper         | sha1   | ok
PRG-00088           | Tomás Urías              | -                    | pilot-light-ON        | sha1   | ok
dawn.whitefeather   | Dawn Whitefeather        | dawn.whitefeather    | Bisti.Badlands2       | sha1   | locked
evelyn.montoya      | Evelyn Montoya           | evelyn.montoya       | Luminarias12/24       | bcrypt | ok
# blue-mesa-waste
jakub.zielinski     | Jakub Zieliński          | jakub.zielinski      | recycle*REUSE*3       | sha1   | ok
mona.farahani       | Mona Farahani            | mona.farahani        | Pomegranate-1399      | bcrypt | ok
scale.house         | Scale House              | scalehouse           | GrossTareNet80        | sha1   | ok
cody.ledbetter      | Cody Ledbetter           | cody.ledbetter       | blackcanyon-rim       | sha1   | disabled
tuyet.pham          | Tuyết Phạm               | tuyet.pham           | Snowflake.Tuyet1      | bcrypt | ok
# harpers-landing-town
fiona.o'malley      | Fiona O'Malley           | fiona.omalley        | Crabcakes&Oldbay      | sha1   | ok
town.treasurer      | Town Treasurer           | treasurer            | FerryLanding1730      | sha1   | ok
ezra.katz           | Ezra Katz                | ezra.katz            | skipjack.sails.9      | bcrypt | ok
leroy.purnell       | Leroy Purnell            | leroy.purnell        | terrapin-Creek-8      | sha1   | locked
imelda.santos       | Imelda Santos            | imelda.santos        | Sampaguita_1946       | bcrypt | ok
# st-brendan-academy
siobhan.kavanagh    | Siobhán Kavanagh         | siobhan.kavanagh     | CurraghVoyage512      | sha1   | ok
sr.bernadette       | Sister Bernadette Quinn  | bernadette.quinn     | Lauds-and-Vespers     | bcrypt | ok
coach.lamar         | Lamar Bolden             | lamar.bolden         | fastbreak&Pray        | sha1   | must-change
registrar.sba       | Registrar                | registrar            | Class0f2031           | sha1   | ok
anders.haugen       | Anders Haugen            | anders.haugen        | LakeSuperior-7C       | bcrypt | disabled
# kaneohe-bay-wireless
leilani.kealoha     | Leilani Kealoha          | leilani.kealoha      | Sandbar@LowTide       | bcrypt | ok
kai.nākoa           | Kai Nākoa                | kai.nakoa            | Mauka2Makai!          | sha1   | ok
emiko.tanaka        | Emiko Tanaka             | emiko.tanaka         | Plumeria-Lei-50       | sha1   | must-change
jericho.manalo      | Jericho Manalo           | jericho.manalo       | Halo-Halo.808         | bcrypt | must-reset
sina.faleolo        | Sina Faleolo             | -                    | towerclimb350ft       | sha1   | locked
# great-plains-hail
harlan.vogel        | Harlan Vogel             | harlan.vogel         | winterwheat1874       | sha1   | ok
ruth.engelbrecht    | Ruth Engelbrecht         | ruth.engelbrecht     | Hailstone.2inch       | bcrypt | ok
xavier.fuentes      | Xavier Fuentes           | xavier.fuentes       | Sunflower&Sorghum     | sha1   | ok
GPH-00031           | Loretta Haskell          | loretta.haskell      | adjuster-route-31     | bcrypt | must-change
sabina.thapa        | Sabina Thapa             | sabina.thapa         | Annapurna*8091        | sha1   | disabled
# redwood-coast-energy
noam.adler          | Noam Adler               | noam.adler           | FogOverHumboldt       | pbkdf2 | ok
marisela.ibarra     | Marisela Ibarra          | marisela.ibarra      | avenue-of-giants      | bcrypt | ok
JÜRGEN.KÖHLER       | Jürgen Köhler            | juergen.koehler      | Sägewerk-1905         | md5    | ok
sao.lor             | Sao Lor                  | sao.lor              | Blacksand.Beach4      | md5    | ok
bev.tuttle          | Beverly Tuttle           | beverly.tuttle       | lineman*Wife*30       | pbkdf2 | locked
outage.desk         | Outage Desk              | outage               | Feeder1102open        | bcrypt | ok
# sangamon-prairie-water
abe.tolliver        | Abe Tolliver             | abe.tolliver         | HouseDivided.58       | md5    | ok
halina.wozniak      | Halina Wozniak           | halina.wozniak       | bluestem-and-clover   | pbkdf2 | ok
SPW-00712           | Reginald Mack            | reginald.mack        | hydrant712red         | md5    | ok
vasiliki.makris     | Vasiliki Makris          | vasiliki.makris      | Horseshoe+Fries       | bcrypt | must-change
curtis.yoder        | Curtis Yoder             | -                    | springfield-well-2    | md5    | disabled
# palmetto-fiber
odessa.ravenel      | Odessa Ravenel           | odessa.ravenel       | Sweetgrass.Basket     | pbkdf2 | ok
tj.manigault        | T. J. Manigault          | tj.manigault         | lowcountry100G        | md5    | ok
ximena.banuelos     | Ximena Bañuelos          | ximena.banuelos      | Splice&Dice24         | bcrypt | ok
plm.install         | Installation Desk        | install              | DropBuried18in        | md5    | ok
rhonda.crenshaw     | Rhonda Crenshaw          | rhonda.crenshaw      | Spanish-Moss-77       | pbkdf2 | locked
# desert-willow-community
yolanda.zuniga      | Yolanda Zúñiga           | yolanda.zuniga       | Saguaro.In.Bloom      | md5    | ok
arthur.greenbaum    | Arthur Greenbaum         | arthur.greenbaum     | pickleball@7am        | pbkdf2 | ok
gate.office         | Gate Office              | gate                 | Visitor*Pass9         | md5    | ok
hiroshi.ono         | Hiroshi Ōno              | hiroshi.ono          | Koi-Pond-Phase2       | bcrypt | ok
paulette.winslow    | Paulette Winslow         | paulette.winslow     | noChickens1987        | md5    | disabled
# elk-hollow-village
etienne.cote        | Étienne Côté             | etienne.cote         | SugarHouse.March      | pbkdf2 | ok
village.clerk       | Village Clerk            | clerk                | TownMeeting1stTue     | md5    | ok
prudence.thackeray  | Prudence Thackeray       | prudence.thackeray   | coveredbridge&Mud     | md5    | ok
ELK-00009           | Wendell Crowe            | -                    | snowplow9north        | md5    | locked
amara.diallo        | Amara Diallo             | amara.diallo         | Fougères-en-fête      | bcrypt | ok
# tri-valley-refuse
gurpreet.sandhu     | Gurpreet Sandhu          | gurpreet.sandhu      | Altamont.Pass.580     | pbkdf2 | ok
tessa.lombardi      | Tessa Lombardi           | tessa.lombardi       | Compost*or*Bust       | bcrypt | ok
route.planning      | Route Planning           | routes               | MonThuAlternate       | md5    | ok
duc.nguyen          | Đức Nguyễn               | duc.nguyen           | Livermore-Vine-3      | md5    | must-change
marco.quinones      | Marco Quiñones           | marco.quinones       | greenbin*Tuesday      | pbkdf2 | disabled
# cumberland-childrens-dental
tammy.beasley       | Tammy Beasley            | tammy.beasley        | ToothFairy$5          | md5    | ok
dr.venkataraman     | Sridhar Venkataraman     | sridhar.venkataraman | floss-Every-night     | bcrypt | ok
ccd.reception       | Reception                | reception            | Sticker4Brave         | md5    | ok
lurleen.pruitt      | Lurleen Pruitt           | lurleen.pruitt       | plateau*dogwood6      | pbkdf2 | ok
caleb.tate          | Caleb Tate               | -                    | xrayApron#2           | md5    | locked
# snowline-propane
rene.ouellet        | René Ouellet             | rene.ouellet         | Bûche-de-Noël-12      | pbkdf2 | ok
marguerite.theriault| Marguerite Thériault     | marguerite.theriault | tank-at-30-percent    | bcrypt | ok
snl.dispatch        | Delivery Dispatch        | dispatch             | BlackIce.Route9       | md5    | ok
ned.stoddard        | Ned Stoddard             | ned.stoddard         | Lobster&Lumber        | md5    | must-change
hodan.jama          | Hodan Jama               | hodan.jama           | Penobscot-Winter      | pbkdf2 | must-reset
`
